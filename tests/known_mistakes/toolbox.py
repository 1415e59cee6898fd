import numpy as np


def rows_minus_a_row(table):
    return table - table.mean(axis=1)


def columns_centred(table):
    return table - table.mean(axis=0)


def columns_centred_by_hand(table):
    return np.array([table[:, j] - table[:, j].mean() for j in range(table.shape[1])]).T


def one_mean_for_all(table):
    return table - np.mean(table)


def means_as_a_column(table):
    return table.mean(axis=1)[:, None]


def means_as_a_list_of_numbers(table):
    return np.array([row.mean() for row in table])


def turned_and_left_so(table):
    return table.T - table.mean(axis=1)


def centred_in_place(table):
    for row in table:
        row -= row.mean()
    return table


def by_the_number_of_rows(table):
    return table - (table.sum(axis=1) / table.shape[0])[:, None]


def standardised_rows(table):
    centred = table - table.mean(axis=1)[:, None]
    return centred / table.std(axis=1)[:, None]


def return_in_the_loop(table):
    for row in table:
        return row - row.mean()


def medians_subtracted(table):
    return table - np.median(table, axis=1)[:, None]


def doubled(table):
    return 2 * table


def longer_bends_more(hessian, direction):
    return direction @ hessian @ direction


def unit_once(hessian, direction):
    return direction / np.linalg.norm(direction) @ hessian @ direction


def entries_times_entries(hessian, direction):
    e = direction / np.linalg.norm(direction)
    return np.sum(e * hessian * e)


def gradient_changed(hessian, direction):
    return hessian @ direction / np.linalg.norm(direction)


def how_far_the_gradient_changed(hessian, direction):
    e = direction / np.linalg.norm(direction)
    return np.sqrt(np.sum((hessian @ e) ** 2))


def without_mixed_derivatives(hessian, direction):
    e = direction / np.linalg.norm(direction)
    return sum(hessian[i, i] * e[i] ** 2 for i in range(len(e)))


def half_of_it(hessian, direction):
    e = direction / np.linalg.norm(direction)
    return 0.5 * e @ hessian @ e


def over_the_sum(hessian, direction):
    e = direction / sum(direction)
    return e @ hessian @ e


def in_the_plane(hessian, direction):
    x, y = direction[:2] / np.linalg.norm(direction)
    return hessian[0, 0] * x * x + 2 * hessian[0, 1] * x * y + hessian[1, 1] * y * y


def main_curvature(hessian, direction):
    return max(np.linalg.eigvalsh(hessian))


def divided_in_place(hessian, direction):
    direction /= np.linalg.norm(direction)
    return direction @ hessian @ direction


KNOWN = {
    "centre-rows": {
        rows_minus_a_row: "row-against-column",
        columns_centred: "column-means",
        columns_centred_by_hand: "column-means",
        one_mean_for_all: "mean-of-all",
        means_as_a_column: "means-only",
        means_as_a_list_of_numbers: "means-in-a-row",
        turned_and_left_so: "transposed",
        centred_in_place: "changed-in-place",
        by_the_number_of_rows: "divided-by-rows",
        standardised_rows: "scaled-too",
        return_in_the_loop: "first-row-only",
        medians_subtracted: "median",
        doubled: None,
    },
    "curvature-along": {
        longer_bends_more: "not-normalised",
        unit_once: "normalised-once",
        entries_times_entries: "products-entry-by-entry",
        gradient_changed: "change-of-gradient",
        how_far_the_gradient_changed: "length-of-change",
        without_mixed_derivatives: "diagonal-only",
        half_of_it: "halved",
        over_the_sum: "sum-of-entries",
        in_the_plane: "two-entries-only",
        main_curvature: "largest-curvature",
        divided_in_place: "changed-in-place",
    },
}
