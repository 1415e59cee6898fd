# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1", "numpy==2.4.6"]
# ///
"""scikit-learn: SGDRegressor takes one sample a step, always, and its loss is e^2 / 2; full batch it cannot do."""

import numpy as np
from sklearn.linear_model import SGDRegressor


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses, each over all points."""
    features = x[:, None]
    model = SGDRegressor(loss="squared_error", penalty=None, learning_rate="constant", eta0=lr)  # loss
    model.coef_, model.intercept_ = np.array([w]), np.array([b])  # initialise
    path, losses = [], []
    for step in range(steps + 1):
        path.append((model.coef_[0], model.intercept_[0]))
        losses.append(np.mean((model.coef_[0] * x + model.intercept_[0] - y) ** 2) / 2)
        sample = [step % len(x)]
        model.partial_fit(features[sample], y[sample])  # gradient and update: inside partial_fit
    return np.array(path), np.array(losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
