package io.reconverge.client.replica;

import java.util.List;

/// The tables of the file, and how older files come to have them.
final class Schema {

    /// "RCVG", by which `file` and others know a replica.
    static final int APPLICATION_ID = 0x5243_5647;

    private Schema() {}

    /// Brings the file to this version. In a transaction.
    static void migrate(Session session) {
        long applicationId = session.number("pragma application_id");
        long version = session.number("pragma user_version");
        boolean empty = !session.exists("select 1 from sqlite_schema");
        if (applicationId != APPLICATION_ID && !(applicationId == 0 && empty)) {
            throw new ReplicaException("the file is no replica, but something else's", null);
        }
        if (version > VERSIONS.size()) {
            throw new ReplicaException(
                    "the file was written by a newer Reconverge: version %d, and this one knows %d"
                            .formatted(version, VERSIONS.size()),
                    null);
        }
        for (int i = (int) version; i < VERSIONS.size(); i++) {
            VERSIONS.get(i).forEach(session::execute);
            session.execute("pragma user_version = " + (i + 1));
        }
        if (applicationId != APPLICATION_ID) {
            session.execute("pragma application_id = " + APPLICATION_ID);
        }
    }

    private static final List<String> VERSION_1 =
            List.of(
                    """
                    create table meta (
                      name  text primary key,
                      value any not null
                    ) strict, without rowid
                    """,
                    """
                    create table space (
                      space_id   integer primary key,
                      name       text    not null unique,
                      cursor     text,                      -- null: from the beginning
                      version    integer not null default 0, -- how far the cursor reads
                      reading    integer not null default 1, -- counts readings from the beginning
                      resyncing  integer not null default 0, -- whether the reading was forced on us
                      batch_max  integer,                   -- null: as the settings say
                      synced_at  integer,                   -- when a run last ended well
                      failed_at  integer,                   -- when one failed, if none was well since
                      failure    text
                    ) strict
                    """,
                    """
                    create table entity (
                      space_id    integer not null references space,
                      type        text    not null,
                      id          text    not null,
                      version     integer not null,         -- 0: the server has shown nothing
                      data        text,                     -- the base; null with a version: a tombstone
                      created_at  integer not null,
                      modified_at integer not null,
                      updated_by  text    not null,
                      device_id   text,
                      reading     integer not null,         -- in which the server showed it last
                      pending     integer not null,         -- 1: local_data is the view; 0: data is
                      local_data  text,
                      local_at    integer,                  -- of the last local edit
                      primary key (space_id, type, id)
                    ) strict
                    """,
                    """
                    create table outbox (
                      number       integer primary key,
                      space_id     integer not null,
                      type         text    not null,
                      id           text    not null,
                      change_id    text    not null unique,
                      op           text    not null,
                      data         text,
                      base_version integer not null,
                      modified_at  integer not null,
                      tries        integer not null,
                      seen         integer not null,        -- 1: seen_data is what the author had
                      seen_data    text,
                      state        text    not null,
                      request_id   text,
                      sent_run     integer,
                      asked_run    integer,
                      version      integer,
                      conflict_id  text,
                      problem      text,
                      parked_at    integer,
                      foreign key (space_id, type, id) references entity
                        deferrable initially deferred
                    ) strict
                    """,
                    """
                    create unique index outbox_frozen on outbox (space_id, type, id)
                     where state in ('sent', 'again', 'accepted')
                    """,
                    """
                    create unique index outbox_open on outbox (space_id, type, id)
                     where state in ('queued', 'held', 'parked')
                    """,
                    "create index outbox_entity on outbox (space_id, type, id, number)",
                    "create index outbox_state on outbox (space_id, state, number)",
                    "create index outbox_request on outbox (request_id) where request_id is not null",
                    """
                    create table conflict (
                      conflict_id    text    primary key,
                      space_id       integer not null references space,
                      type           text    not null,
                      id             text    not null,
                      base           text,
                      local          text,
                      remote         text,
                      remote_version integer not null,
                      fields         text    not null,
                      at             integer not null,
                      asked          integer not null default 0, -- 1: the resolver did not know
                      settled_at     integer,
                      outcome        text
                    ) strict
                    """,
                    "create index conflict_open on conflict (space_id, at) where settled_at is null",
                    "create index conflict_settled on conflict (settled_at) where settled_at is not null",
                    """
                    create table sync_log (
                      line     integer primary key,
                      at       integer not null,
                      space    text    not null,
                      event    text    not null,
                      detail   text    not null
                    ) strict
                    """,
                    """
                    create table upload (
                      number      integer primary key,
                      space_id    integer not null references space,
                      media_id    text    not null,
                      change_id   text    not null unique,
                      data        text    not null,         -- of the entity that it becomes
                      sha256      text    not null,
                      size        integer not null,
                      modified_at integer not null,
                      address     text,                     -- at the server; null: it has not begun
                      sent        integer not null default 0,
                      tries       integer not null default 0,
                      state       text    not null default 'queued',
                      version     integer,                  -- of the entity, once it is stored
                      problem     text,
                      restored    integer not null,         -- 1: came from a backup, and is not counted
                      unique (space_id, media_id)
                    ) strict
                    """,
                    "create index upload_state on upload (state, number)",
                    "create index upload_sha256 on upload (sha256)");

    private static final List<List<String>> VERSIONS = List.of(VERSION_1);
}
