-- Media: what the entities of type `media` refer to by its sha256 is a blob, in a bucket of an
-- S3-compatible store under `{space}/{upload}/{number}`. Times are epoch milliseconds.

-- Bytes that are whole, once in a space.
create table blob (
    space_id           uuid   not null,
    sha256             text   not null collate "C",   -- 64 lower-case hex digits
    size               bigint not null,
    object_key         text   not null collate "C",
    stored_at          bigint not null,
    unreferenced_since bigint,                        -- when the sweep found that no entity refers to it
    look_at            bigint not null,               -- when the sweep looks at it next
    primary key (space_id, sha256)
);
create index blob_by_look on blob (look_at);
create unique index blob_by_key on blob (space_id, object_key);

-- Which blobs are referred to. (As much of the text as a blob can have: an index holds no long ones.)
create index entity_by_blob on entity (space_id, left(data ->> 'sha256', 64))
    where type = 'media' and data is not null;

-- Bytes that are on their way, and from when they are whole until what became of their entity is no
-- longer asked for.
create table upload (
    space_id      uuid    not null,
    upload_id     uuid    not null,
    resumable     boolean not null,
    change_id     uuid    not null,                   -- of the change that puts its entity
    media_id      text    not null collate "C",
    actor         text    not null,
    device_id     text    not null,
    modified_at   bigint,                             -- null until it is whole: then
    file_name     text,
    content_type  text    not null,
    attached_type text,
    attached_id   text,
    metadata      text,                               -- as its creator sent it
    promised      text,                               -- the sha256 that its creator promised
    length        bigint,                             -- null: not known before its end
    reserved      bigint  not null,                   -- bytes that it takes of the quota
    received      bigint  not null default 0,         -- bytes that are durable
    digest        bytea,                              -- the state of SHA-256 after these; null: none yet
    next_number   integer not null default 1,         -- of parts and objects; none is used twice
    object_key    text,                               -- of its multipart upload
    multipart_id  text,
    holder        uuid,                               -- the request that writes to it
    held_until    bigint  not null default 0,         -- when another may take over
    sha256        text,                               -- once its bytes are a blob
    decided_at    bigint,                             -- once its entity's change is
    outcome       json,                               -- that change's result
    created_at    bigint  not null,
    expires_at    bigint  not null,
    primary key (space_id, upload_id)
);
create index upload_by_expiry on upload (expires_at);
create index upload_unfinished on upload (held_until)
    where decided_at is null and (sha256 is not null or received = length);
create index upload_of_blob on upload (space_id, sha256) where sha256 is not null and decided_at is null;

-- The parts of its multipart upload.
create table upload_part (
    space_id  uuid    not null,
    upload_id uuid    not null,
    number    integer not null,
    etag      text    not null,
    primary key (space_id, upload_id, number)
);

-- What has come after the last part, and is too little for a part of its own.
create table upload_tail (
    space_id  uuid   not null,
    upload_id uuid   not null,
    position  bigint not null,                        -- of its first byte
    bytes     bytea  not null,
    primary key (space_id, upload_id, position)
);
alter table upload_tail alter column bytes set storage external;

-- Uploads whose folder in the bucket is to be cleaned of everything that is no blob.
create table garbage (
    space_id  uuid   not null,
    upload_id uuid   not null,
    since     bigint not null,
    primary key (space_id, upload_id)
);
create index garbage_by_age on garbage (since, space_id, upload_id);

-- Bytes of each space: in its blobs, and set aside for uploads.
create table media_usage (
    space_id uuid   not null primary key,
    stored   bigint not null default 0,
    reserved bigint not null default 0
);
