# syntax=docker/dockerfile:1
# The server with the web app inside, and nothing else. `docker compose build` builds it.
FROM rust:1.95-bookworm AS build
RUN rustup target add wasm32-unknown-unknown
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    --mount=type=cache,target=/src/frontend/target \
    cargo xtask dist --folder /out

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home rapport \
    && install --directory --owner 10001 --mode 0700 /var/lib/rapport
COPY --from=build /out/rapport-*/rapport /usr/local/bin/rapport
USER 10001
WORKDIR /var/lib/rapport
# Settings come from the environment; `rapport config` lists them.
ENV RAPPORT_LISTEN=0.0.0.0:8080 \
    RAPPORT_LOG_FORMAT=json
VOLUME /var/lib/rapport
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["rapport", "ready"]
CMD ["rapport", "serve"]
