package io.reconverge.gateway.protocol.spaces;

import io.reconverge.gateway.feed.SpaceStatus;
import io.reconverge.gateway.protocol.Core;
import io.reconverge.gateway.protocol.IsoTime;
import io.reconverge.service.identity.Caller;
import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// A user's devices: when each last read, and what it is called, which is an entity of the user's
/// own space.
@Component
@ConditionalOnBooleanProperty(name = Lists.SWITCH, matchIfMissing = true)
final class Devices {

    private static final String TYPE = "spaces-device";
    private static final String NAME = "deviceName";
    private static final int DEVICES = 1_000;

    private final Core core;

    Devices(Core core) {
        this.core = core;
    }

    /// @param deviceName null when nobody said
    record Device(String deviceId, String lastSyncAt, @Nullable String deviceName) {}

    /// Keeps the name that a device says it has.
    ///
    /// @param name null: it does not say
    Mono<Void> named(Lists.Visit visit, @Nullable String name) {
        if (name == null) {
            return Mono.empty();
        }
        UUID own = visit.caller().own();
        return core.entity(visit.exchange(), own, new EntityKey(TYPE, visit.deviceId()))
                .map(device -> device.data() != null && name.equals(nameIn(device.data())))
                .defaultIfEmpty(false)
                .flatMap(known -> known ? Mono.empty() : keep(visit, own, name));
    }

    private Mono<Void> keep(Lists.Visit visit, UUID own, String name) {
        Change change =
                new Change(
                        UUID.randomUUID(),
                        TYPE,
                        visit.deviceId(),
                        Op.PUT,
                        JsonObject.of(WireJson.MAPPER.createObjectNode().put(NAME, name)),
                        null,
                        core.now(),
                        null);
        return core.write(
                        visit.exchange(),
                        visit.caller(),
                        own,
                        visit.deviceId(),
                        List.of(change),
                        false)
                .then();
    }

    /// Those that read last, newest first.
    Mono<List<Device>> of(ServerWebExchange exchange, Caller caller) {
        return Mono.zip(
                core.status(exchange, caller.own()),
                core.since(exchange, "", List.of(caller.own()), List.of(TYPE), 0, DEVICES),
                (status, named) -> devices(status, named.changes()));
    }

    private static List<Device> devices(SpaceStatus status, List<TimedEntity> named) {
        Map<String, String> names =
                named.stream()
                        .filter(device -> device.data() != null)
                        .collect(
                                Collectors.toMap(
                                        TimedEntity::id,
                                        device -> nameIn(device.data()),
                                        (earlier, later) -> later));
        return status.devices().stream()
                .map(device ->
                        new Device(
                                device.deviceId(),
                                IsoTime.of(device.lastSyncAt()),
                                names.get(device.deviceId())))
                .toList();
    }

    private static String nameIn(@Nullable JsonObject data) {
        return data == null ? "" : data.tree().path(NAME).asString("");
    }
}
