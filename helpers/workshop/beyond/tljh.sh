#!/bin/bash
# The Littlest JupyterHub, once it is installed: as root, from the folder of the course. Not run by those who wrote it.
set -eu
course=/opt/gradient-course
user=/opt/tljh/user/bin/python

cp --recursive . "$course"
needed=$(mktemp)
"$user" -c "from helpers.start.environment import dependencies; print(*dependencies(), sep='\n')" > "$needed"
"$user" -m pip install --constraint "$course/helpers/start/constraints.txt" --requirement "$needed"
"$user" -c "import sysconfig; print('$course', file=open(sysconfig.get_path('purelib') + '/gradient_course.pth', 'w'))"

tljh-config set limits.memory 1G # a lesson with torch takes 300 MB
tljh-config set limits.cpu 2
tljh-config set services.cull.timeout 5400 # longer than a lunch
tljh-config set user_environment.default_app jupyterlab
cp "$course/helpers/workshop/beyond/tljh_board.py" /opt/tljh/config/jupyterhub_config.d/board.py
mkdir --parents /etc/skel && cp --recursive --no-clobber "$course/lessons" /etc/skel/workbook # new users begin with it
tljh-config reload
