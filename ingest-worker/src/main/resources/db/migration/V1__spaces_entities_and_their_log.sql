-- All times are epoch milliseconds. Every table but `source` leads with space_id, so that it can be
-- distributed by it; no statement of a service spans spaces, but for those of retention.

-- One history. Its row is locked by whoever writes to the space.
create table space (
    space_id   uuid   not null primary key,
    epoch      bigint not null,             -- of its cursors: random, never 0
    head       bigint not null,             -- the newest version, and the number of versions
    clock      bigint not null,             -- committed_at of the head
    conflicts  bigint not null default 0,   -- changes that met a conflict, ever
    purged     bigint not null default 0,   -- the newest version of a tombstone that retention removed
    log_start  bigint not null default 1    -- the oldest version that the log still holds
) with (fillfactor = 70);

-- What each entity is now: an index of the log.
create table entity (
    space_id     uuid    not null,
    type         text    not null collate "C",
    id           text    not null collate "C",
    version      bigint  not null,
    log_version  bigint  not null,           -- its newest row in the log, superseded ones included
    data         json,                       -- null: a tombstone
    stamps       json,                       -- when each member last changed; null: all with this row
    created_at   bigint  not null,
    modified_at  bigint  not null,
    committed_at bigint  not null,
    updated_by   text    not null,
    device_id    text,
    primary key (space_id, type, id)
);
create unique index entity_by_version on entity (space_id, version);
create index entity_tombstones on entity (committed_at) where data is null;

-- Every accepted change, once.
create table log (
    space_id         uuid     not null,
    version          bigint   not null,
    change_id        uuid     not null,
    type             text     not null collate "C",
    id               text     not null collate "C",
    op               text     not null check (op in ('put', 'patch', 'delete')),
    outcome          text     not null check (outcome in ('applied', 'merged', 'superseded')),
    previous_version bigint   not null,      -- the same entity's row before this one, 0 for none
    entity_version   bigint   not null,      -- the entity's version after this change
    data             json,                   -- the after-image
    patch            json,                   -- as sent
    conflict_fields  json,                   -- names of members, in order; null: none
    fingerprint      uuid     not null,      -- of what was sent: tells a repeat from a reused id
    actor            text     not null,
    device_id        text,
    created_at       bigint   not null,      -- of the entity
    modified_at      bigint   not null,
    committed_at     bigint   not null,      -- strictly increasing within the space
    source_id        integer  not null,      -- which record of which topic it came with
    source_offset    bigint   not null,
    primary key (space_id, version)
);
create unique index log_by_change on log (space_id, change_id);

-- What became of the changes that are not in the log, so that their senders can ask.
create table receipt (
    space_id   uuid   not null,
    change_id  uuid   not null,
    result     json   not null,
    decided_at bigint not null,
    primary key (space_id, change_id)
);
create index receipt_by_time on receipt (decided_at);

-- How far each partition of the writes topic has been applied. A topic made anew has another id, and
-- so starts from 0 here too.
create table source (
    source_id   integer generated always as identity primary key,
    topic_id    uuid    not null,
    partition   integer not null,
    claims      bigint  not null default 1,  -- a worker that is assigned the partition adds one; who holds an older number commits nothing
    next_offset bigint  not null default 0,  -- everything below is decided
    published   bigint  not null default 0,  -- everything below is on the changes topic, and maybe more
    unique (topic_id, partition)
) with (fillfactor = 50);

-- When each device last read, and how far.
create table device (
    space_id       uuid   not null,
    device_id      text   not null,
    user_id        text   not null,
    last_sync_at   bigint not null,
    cursor_version bigint not null,
    primary key (space_id, device_id)
);
create index device_by_time on device (last_sync_at);
