package io.reconverge.feed.status;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.postgres.Postgres;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Remembers when each device last read, and how far. Beside the reads: they neither wait for it
/// nor fail with it.
@Component
public final class Devices {

    private static final Logger log = LoggerFactory.getLogger(Devices.class);

    /// Of one device in one space.
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private static final int REMEMBERED = 100_000;

    /// The device that was not seen for longest makes room for a new one.
    private static final int PER_SPACE_MAX = 1_000;

    private final Postgres postgres;
    private final Clock clock;
    private final Cache<Device, Boolean> recent;

    private record Device(UUID space, String id) {}

    Devices(Postgres postgres, Clock clock) {
        this.postgres = postgres;
        this.clock = clock;
        this.recent = Caffeine.newBuilder().expireAfterWrite(PAUSE).maximumSize(REMEMBERED).build();
    }

    private static final String SEEN =
            """
            with room as (
                delete from device
                 where space_id = $1 and device_id in (
                       select device_id from device
                        where space_id = $1 and device_id <> $2
                        order by last_sync_at desc offset $6 - 1))
            insert into device (space_id, device_id, user_id, last_sync_at, cursor_version)
            values ($1, $2, $3, $4, $5)
            on conflict (space_id, device_id) do update
               set user_id = excluded.user_id,
                   last_sync_at = excluded.last_sync_at,
                   cursor_version = excluded.cursor_version
            """;

    /// Notes a read, at most once a minute for a device.
    ///
    /// @param deviceId null: the reader did not say
    /// @param version up to which it has now been given
    public void seen(UUID space, @Nullable String deviceId, Caller caller, long version) {
        if (deviceId == null) {
            return;
        }
        var device = new Device(space, deviceId);
        if (recent.asMap().putIfAbsent(device, true) != null) {
            return;
        }
        postgres.answer(
                        postgres.sql(SEEN)
                                .bind(0, space)
                                .bind(1, deviceId)
                                .bind(2, caller.subject())
                                .bind(3, clock.millis())
                                .bind(4, version)
                                .bind(5, PER_SPACE_MAX)
                                .then())
                .subscribe(
                        _ -> {},
                        failure -> {
                            recent.invalidate(device);
                            log.warn("a device's read was not noted: {}", failure.toString());
                        });
    }
}
