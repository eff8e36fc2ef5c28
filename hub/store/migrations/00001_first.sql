-- The hub's first schema. Times are Unix milliseconds, hours are hours since the
-- Unix epoch, ids, epochs and digests are raw bytes, scopes are paths. PostgreSQL
-- takes the same with BYTEA for BLOB and COLLATE "C" on scopes.

-- +goose Up
CREATE TABLE kiosks (
    id            TEXT   NOT NULL PRIMARY KEY,
    office        TEXT   NOT NULL,
    folio_prefix  TEXT   NOT NULL UNIQUE,
    public_key    BLOB   NOT NULL,
    status_key    BLOB   NOT NULL,
    enrolled      BIGINT NOT NULL,
    revoked       BIGINT NOT NULL DEFAULT 0,
    seen          BIGINT NOT NULL DEFAULT 0,
    skew          BIGINT NOT NULL DEFAULT 0,
    clock_trusted BIGINT NOT NULL DEFAULT 0,
    epoch         BLOB,
    position      BIGINT NOT NULL DEFAULT 0, -- the last word on the kiosk's disk
    health        TEXT   NOT NULL DEFAULT '{}'
);
CREATE INDEX kiosks_by_office ON kiosks (office);

-- How far each boot of a kiosk has been heard: a batch that is not further than
-- that is an old one come again, and its check-in says nothing new.
CREATE TABLE boots (
    kiosk TEXT   NOT NULL,
    boot  TEXT   NOT NULL,
    mono  BIGINT NOT NULL, -- milliseconds since the boot began
    PRIMARY KEY (kiosk, boot)
);

-- One-time codes, by hash; kiosk is set once the code is used.
CREATE TABLE codes (
    hash    BLOB   NOT NULL PRIMARY KEY,
    office  TEXT   NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    kiosk   TEXT   REFERENCES kiosks (id)
);

-- Numbers that rise by one and are never given twice: kiosks, deliveries of a
-- unit, words of a kiosk.
CREATE TABLE counters (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

CREATE TABLE items (
    id              BLOB   NOT NULL PRIMARY KEY,
    kiosk           TEXT   NOT NULL REFERENCES kiosks (id),
    epoch           BLOB   NOT NULL,
    seq             BIGINT NOT NULL,
    kind            TEXT   NOT NULL,
    office          TEXT   NOT NULL,
    municipality    TEXT   NOT NULL,
    unit            TEXT   NOT NULL,
    service         TEXT   NOT NULL,
    service_version BIGINT NOT NULL,
    language        TEXT   NOT NULL,
    folio           TEXT   NOT NULL,
    code_hash       BLOB,
    parent          BLOB,
    created         BIGINT NOT NULL,
    arrived         BIGINT NOT NULL,
    digest          BLOB   NOT NULL, -- of the item as the kiosk encoded it
    size            BIGINT NOT NULL,
    state           TEXT   NOT NULL,
    reason          TEXT   NOT NULL DEFAULT '',
    changed         BIGINT NOT NULL,
    body            BLOB,            -- the encoded item, of sealed kinds only
    UNIQUE (kiosk, epoch, seq)
);
CREATE UNIQUE INDEX items_by_folio ON items (folio) WHERE kind = 'request' AND parent IS NULL;
CREATE INDEX items_by_office ON items (office, kind, state);
CREATE INDEX items_by_arrival ON items (kind, arrived);

-- What is sealed to a unit, in the order in which the hub took it.
CREATE TABLE deliveries (
    municipality TEXT   NOT NULL,
    unit         TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    item         BLOB   NOT NULL REFERENCES items (id),
    PRIMARY KEY (municipality, unit, number)
);

-- How far each epoch of a kiosk has come without a gap.
CREATE TABLE epochs (
    kiosk      TEXT   NOT NULL,
    epoch      BLOB   NOT NULL,
    high_water BIGINT NOT NULL,
    PRIMARY KEY (kiosk, epoch)
);

-- What could not be carried on. resolved is when the same bytes were taken after
-- all; 0 while a person must look.
CREATE TABLE put_aside (
    kiosk    TEXT   NOT NULL,
    id       BLOB   NOT NULL,
    digest   BLOB   NOT NULL,
    epoch    BLOB   NOT NULL,
    seq      BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    office   TEXT   NOT NULL, -- of the kiosk: what the item claims is not believed
    service  TEXT   NOT NULL,
    folio    TEXT   NOT NULL,
    code     TEXT   NOT NULL,
    arrived  BIGINT NOT NULL,
    resolved BIGINT NOT NULL DEFAULT 0,
    body     BLOB   NOT NULL,
    PRIMARY KEY (kiosk, id, digest)
);
CREATE INDEX put_aside_by_seq ON put_aside (kiosk, epoch, seq);
CREATE INDEX put_aside_by_office ON put_aside (office, arrived);

-- What offices said, as they signed it; numbered for the kiosk.
CREATE TABLE words (
    kiosk     TEXT   NOT NULL,
    number    BIGINT NOT NULL,
    item      BLOB   NOT NULL REFERENCES items (id),
    unit      TEXT   NOT NULL,
    state     TEXT   NOT NULL,
    reason    TEXT   NOT NULL,
    said      BIGINT NOT NULL, -- the office's clock
    arrived   BIGINT NOT NULL,
    late      BIGINT NOT NULL,
    digest    BLOB   NOT NULL, -- of the signed body
    statement BLOB   NOT NULL,
    PRIMARY KEY (kiosk, number),
    UNIQUE (item, digest)
);

-- The revision of counts held for each kiosk and hour, and the counts.
CREATE TABLE count_sets (
    kiosk    TEXT   NOT NULL,
    hour     BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    office   TEXT   NOT NULL,
    open     BIGINT NOT NULL, -- seconds
    PRIMARY KEY (kiosk, hour)
);
CREATE INDEX count_sets_by_office ON count_sets (office, hour);
CREATE TABLE counts (
    kiosk           TEXT   NOT NULL,
    hour            BIGINT NOT NULL,
    office          TEXT   NOT NULL,
    service         TEXT   NOT NULL,
    service_version BIGINT NOT NULL,
    channel         TEXT   NOT NULL,
    language        TEXT   NOT NULL,
    mode            TEXT   NOT NULL,
    event           TEXT   NOT NULL,
    detail          TEXT   NOT NULL,
    n               BIGINT NOT NULL
);
CREATE INDEX counts_by_kiosk ON counts (kiosk, hour);
CREATE INDEX counts_by_office ON counts (office, hour);
CREATE TABLE histograms (
    kiosk           TEXT   NOT NULL,
    hour            BIGINT NOT NULL,
    office          TEXT   NOT NULL,
    service         TEXT   NOT NULL,
    service_version BIGINT NOT NULL,
    channel         TEXT   NOT NULL,
    language        TEXT   NOT NULL,
    mode            TEXT   NOT NULL,
    event           TEXT   NOT NULL,
    detail          TEXT   NOT NULL,
    buckets         TEXT   NOT NULL, -- JSON numbers, bounds in wire.DurationBounds
    total           DOUBLE PRECISION NOT NULL
);
CREATE INDEX histograms_by_kiosk ON histograms (kiosk, hour);
CREATE INDEX histograms_by_office ON histograms (office, hour);

-- Counts from elsewhere: queue machines, call logs, web back ends.
CREATE TABLE imported (
    office   TEXT   NOT NULL,
    service  TEXT   NOT NULL,
    channel  TEXT   NOT NULL,
    day      TEXT   NOT NULL, -- the office's own date
    source   TEXT   NOT NULL,
    n        BIGINT NOT NULL,
    coverage DOUBLE PRECISION NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (office, service, channel, day, source)
);

CREATE TABLE decisions (
    item     BLOB   NOT NULL PRIMARY KEY REFERENCES items (id),
    kiosk    TEXT   NOT NULL,
    office   TEXT   NOT NULL,
    service  TEXT   NOT NULL,
    language TEXT   NOT NULL,
    created  BIGINT NOT NULL,
    arrived  BIGINT NOT NULL,
    record   TEXT   NOT NULL -- wire.Decision as JSON
);
CREATE INDEX decisions_by_office ON decisions (office, arrived);

-- +goose Down
DROP TABLE decisions;
DROP TABLE imported;
DROP TABLE histograms;
DROP TABLE counts;
DROP TABLE count_sets;
DROP TABLE words;
DROP TABLE put_aside;
DROP TABLE epochs;
DROP TABLE deliveries;
DROP TABLE items;
DROP TABLE counters;
DROP TABLE codes;
DROP TABLE boots;
DROP TABLE kiosks;
