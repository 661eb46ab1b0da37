# The service as it runs in production: Debian's libpq, which speaks verified TLS to the database.
FROM rust:1.95-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends libpq-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --locked --release --no-default-features

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 ca-certificates fonts-noto-cjk fonts-babelstone-han \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/foi-docket --create-home foi-docket \
    && install -d -o foi-docket -g foi-docket /var/lib/foi-docket/data
COPY --from=build /src/target/release/foi-docket /usr/local/bin/foi-docket
USER foi-docket
WORKDIR /var/lib/foi-docket
ENV FOI_LISTEN=0.0.0.0:8080 FOI_DATA_DIR=/var/lib/foi-docket/data
EXPOSE 8080
CMD ["foi-docket", "serve"]
