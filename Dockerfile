# posture app for a small server in a clinic or a club: an ordinary user, one folder for everything that is kept.
#
#   docker build -t posture .
#   docker run -d --name posture -p 127.0.0.1:8000:8000 -v posture:/data -e POSTURE_PASSWORD="..." \
#       posture --address https://clinic.example.org
#
# Without https others could listen in: put a reverse proxy with TLS before it (Caddy: "reverse_proxy 127.0.0.1:8000").
FROM python:3.12-slim

RUN apt-get update \
 && apt-get install -y --no-install-recommends libegl1 libgles2 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 posture \
 && install -d -o posture -g posture -m 700 /data

WORKDIR /src
COPY . .
RUN pip install --no-cache-dir --constraint .ci/constraints.txt '.[pdf]' && rm -rf /src/*

USER posture
WORKDIR /data
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["posture", "app", "--host", "0.0.0.0", "--port", "8000", "--no-open", "--folder", "/data/app", "--db", "/data/history.sqlite"]
