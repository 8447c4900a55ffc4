package io.reconverge.ingest.apply;

import io.r2dbc.spi.Connection;
import io.reconverge.ingest.decide.Authority;
import io.reconverge.ingest.decide.BaseOf;
import io.reconverge.ingest.decide.Batch;
import io.reconverge.ingest.decide.Head;
import io.reconverge.ingest.decide.Loaded;
import io.reconverge.ingest.decide.LogRow;
import io.reconverge.ingest.decide.Rules;
import io.reconverge.ingest.decide.Source;
import io.reconverge.ingest.decide.SpaceChange;
import io.reconverge.ingest.decide.SpaceEntity;
import io.reconverge.ingest.decide.Standing;
import io.reconverge.ingest.decide.Written;
import io.reconverge.ingest.lane.Inbound;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Sharing;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/// Commits batches: the shell round [Batch].
///
/// A batch, of one partition or several, is one transaction of two round trips and at most eleven
/// statements, whatever its size: begin, position, heads, change ids, entities and, if need be,
/// members and base versions go out together; log, entities, heads with receipts, and commit go out
/// together once it is decided.
public final class Applier {

    private final Rules rules;
    private final InstantSource clock;
    private final LongSupplier epochs;

    /// @param clock of the worker's machine: spaces' own clocks never go back, whatever it says
    /// @param epochs random numbers for the epochs of new spaces
    public Applier(Rules rules, InstantSource clock, LongSupplier epochs) {
        this.rules = rules;
        this.clock = clock;
        this.epochs = epochs;
    }

    /// Takes a partition over from whoever had it.
    public Claim claim(Session session, UUID topicId, int partition) {
        return session.run(connection -> Claims.claim(connection, topicId, partition));
    }

    /// How far the claim has come: what is not known after an answer was lost.
    ///
    /// @throws ClaimLostException when another worker has claimed the partition
    public Claim refresh(Session session, Claim claim) {
        return session.run(connection -> Claims.current(connection, claim));
    }

    /// Takes the position back to where the topic ends: the broker has lost what lay beyond, and
    /// gives its offsets to other records.
    public Claim setBack(Session session, Claim claim, long end) {
        return session.run(connection -> Claims.setBack(connection, claim, end));
    }

    /// What one partition has for a transaction.
    ///
    /// @param fresh requests that were not decided before, in the order of their offsets, none
    ///   below the claim's position
    /// @param nextOffset the position to move to
    /// @param published below it everything is on the changes topic: only noted down
    public record Part(Claim claim, List<Inbound.Write> fresh, long nextOffset, long published) {

        private Claims.Move move() {
            return new Claims.Move(claim, nextOffset, published);
        }
    }

    /// Decides requests, and commits what comes of them.
    ///
    /// @throws ClaimLostException when another worker has claimed the partition: nothing is
    ///   committed
    /// @throws RuntimeException of the driver; whether it was committed is told by [#refresh]
    public Applied apply(Session session, Part part) {
        return apply(session, List.of(part)).getFirst();
    }

    /// Decides requests of several partitions, and commits what comes of all of them, or nothing.
    ///
    /// @param parts of one partition each
    /// @return what came of each, in their order
    /// @throws ClaimLostException when another worker has claimed one of the partitions
    public List<Applied> apply(Session session, List<Part> parts) {
        Touched touched =
                Touched.by(parts.stream().flatMap(part -> part.fresh().stream()).toList(), rules);
        return session.run(connection ->
                transaction(
                                connection,
                                parts.stream().map(Part::move).toList(),
                                touched,
                                loaded -> decide(loaded, parts))
                        .map(decided -> apart(parts, decided)));
    }

    private static List<Applied> apart(List<Part> parts, Decided decided) {
        Map<Integer, List<ChangeEvent>> events =
                decided.written().log().stream()
                        .collect(
                                Collectors.groupingBy(
                                        row -> row.source().sourceId(),
                                        Collectors.mapping(LogRow::event, Collectors.toList())));
        List<Applied> applied = new ArrayList<>(parts.size());
        int answered = 0;
        for (Part part : parts) {
            int end = answered + part.fresh().size();
            applied.add(
                    new Applied(
                            part.claim().movedTo(part.nextOffset()),
                            decided.answers().subList(answered, end),
                            events.getOrDefault(part.claim().sourceId(), List.of())));
            answered = end;
        }
        return applied;
    }

    /// Refuses a request that cannot be stored or decided, and moves past it. Nothing of what it
    /// says goes to the database, but for the ids of its changes.
    ///
    /// @param why told to its sender
    public Applied refuse(
            Session session, Claim claim, Inbound.Write poison, String why, long published) {
        long next = poison.offset() + 1;
        return session.run(connection ->
                transaction(
                                connection,
                                List.of(new Claims.Move(claim, next, published)),
                                Touched.byIds(poison),
                                loaded -> Decided.refused(loaded, poison, why, clock.millis()))
                        .map(decided ->
                                new Applied(claim.movedTo(next), decided.answers(), List.of())));
    }

    private Mono<Decided> transaction(
            Connection connection,
            List<Claims.Move> moves,
            Touched touched,
            Function<Loaded, Decided> decide) {
        Mono<Long> position =
                Mono.zip(
                        Statements.begin(connection),
                        Claims.advance(connection, moves),
                        (begun, moved) -> moved);
        if (touched.spaces().isEmpty()) {
            return position.flatMap(moved -> Claims.allMine(connection, moves, moved))
                    .then(Statements.commit(connection))
                    .thenReturn(Decided.NOTHING);
        }
        return Mono.zip(position, load(connection, touched))
                .flatMap(read ->
                        Claims.allMine(connection, moves, read.getT1())
                                .thenReturn(decided(decide, read.getT2())))
                .flatMap(decided -> write(connection, decided.written()).thenReturn(decided));
    }

    private static Decided decided(Function<Loaded, Decided> decide, Loaded loaded) {
        try {
            return decide.apply(loaded);
        } catch (RuntimeException fault) {
            throw new UndecidableException(fault);
        }
    }

    private Mono<Loaded> load(Connection connection, Touched touched) {
        Mono<List<Reads.Kept>> entities =
                touched.entities().isEmpty()
                        ? Mono.just(List.of())
                        : Reads.entities(connection, touched.entities());
        Mono<List<Reads.Kept>> members =
                touched.shared().isEmpty()
                        ? Mono.just(List.of())
                        : Reads.members(connection, touched.shared());
        Mono<List<Reads.Base>> bases =
                touched.bases().isEmpty()
                        ? Mono.just(List.of())
                        : Reads.bases(connection, touched.bases());
        return Mono.zip(
                        heads(connection, touched),
                        Reads.accepted(connection, touched.changes()),
                        entities,
                        members,
                        bases)
                .map(read -> {
                    Map<UUID, Head> heads = index(read.getT1(), Head::space, head -> head);
                    for (UUID space : touched.spaces()) {
                        heads.computeIfAbsent(space, id -> Head.unwritten(id, epochs.getAsLong()));
                    }
                    Map<SpaceEntity, Standing> standing =
                            index(read.getT3(), Reads.Kept::key, Reads.Kept::standing);
                    standing.putAll(index(read.getT4(), Reads.Kept::key, Reads.Kept::standing));
                    return new Loaded(
                            heads,
                            index(read.getT2(), Reads.Logged::change, Reads.Logged::accepted),
                            standing,
                            index(read.getT5(), Reads.Base::of, Reads.Base::data));
                });
    }

    /// A person's own space that nobody wrote to yet gets its row first: a round trip more, once.
    private Mono<List<Head>> heads(Connection connection, Touched touched) {
        return Reads.headsForUpdate(connection, touched.spaces())
                .flatMap(heads -> {
                    Set<UUID> there = heads.stream().map(Head::space).collect(Collectors.toSet());
                    List<UUID> missing =
                            touched.own().stream().filter(own -> !there.contains(own)).toList();
                    return missing.isEmpty()
                            ? Mono.just(heads)
                            : Reads.made(connection, missing, epochs)
                                    .map(made ->
                                            Stream.concat(heads.stream(), made.stream()).toList());
                });
    }

    private Decided decide(Loaded loaded, List<Part> parts) {
        Batch batch = new Batch(loaded, rules, clock.millis());
        List<Inbound.Write> writes = new ArrayList<>();
        List<List<ChangeResult>> results = new ArrayList<>();
        for (Part part : parts) {
            for (Inbound.Write write : part.fresh()) {
                writes.add(write);
                results.add(
                        batch.decide(
                                write.request(),
                                new Source(part.claim().sourceId(), write.offset())));
            }
        }
        Written written = batch.written();
        Map<UUID, Head> heads = index(written.heads(), Head::space, head -> head);
        List<Applied.Answer> answers = new ArrayList<>(results.size());
        for (int i = 0; i < results.size(); i++) {
            Inbound.Write write = writes.get(i);
            UUID space = write.request().space();
            Head head = heads.getOrDefault(space, loaded.head(space));
            boolean mayKnow = results.get(i).stream().noneMatch(Applier::isOfAStranger);
            answers.add(Applied.Answer.of(write, mayKnow ? head.version() : 0, results.get(i)));
        }
        return new Decided(written, answers);
    }

    private static boolean isOfAStranger(ChangeResult result) {
        return result instanceof ChangeResult.Rejected rejected
                && rejected.problem().type().equals(ProblemType.NOT_A_MEMBER.urn());
    }

    private static Mono<Long> write(Connection connection, Written written) {
        List<Mono<Long>> statements = new ArrayList<>(4);
        if (!written.log().isEmpty()) {
            statements.add(Writes.log(connection, written.log()));
        }
        if (!written.entities().isEmpty()) {
            statements.add(Writes.entities(connection, written.entities(), written.log()));
        }
        if (!written.heads().isEmpty() || !written.refusals().isEmpty()) {
            statements.add(
                    Writes.headsAndReceipts(connection, written.heads(), written.refusals()));
        }
        statements.add(Statements.commit(connection));
        return Mono.zip(statements, done -> (long) done.length);
    }

    /// What a batch reads, each named once. Changes and entities keep the order of the batch.
    ///
    /// @param own those of the spaces that are their writers'
    /// @param shared spaces whose members are all to be known
    private record Touched(
            List<UUID> spaces,
            List<UUID> own,
            List<SpaceChange> changes,
            List<SpaceEntity> entities,
            List<UUID> shared,
            List<BaseOf> bases) {

        static Touched by(List<Inbound.Write> writes, Rules rules) {
            Set<UUID> spaces = new LinkedHashSet<>();
            Set<SpaceChange> changes = new LinkedHashSet<>();
            Set<SpaceEntity> entities = new LinkedHashSet<>();
            Set<UUID> own = new LinkedHashSet<>();
            Set<UUID> shared = new LinkedHashSet<>();
            Set<BaseOf> bases = new LinkedHashSet<>();
            for (Inbound.Write write : writes) {
                UUID space = write.request().space();
                spaces.add(space);
                SpaceEntity membership = Authority.membershipOf(write.request());
                if (membership == null) {
                    own.add(space);
                } else {
                    entities.add(membership);
                }
                for (Change change : write.request().changes()) {
                    changes.add(new SpaceChange(space, change.changeId()));
                    entities.add(new SpaceEntity(space, change.key()));
                    if (membership != null && change.type().equals(Sharing.MEMBER)) {
                        shared.add(space);
                    }
                    BaseOf.wantedBy(change, space, rules).ifPresent(bases::add);
                }
            }
            return new Touched(
                    List.copyOf(spaces),
                    List.copyOf(own),
                    List.copyOf(changes),
                    List.copyOf(entities),
                    List.copyOf(shared),
                    List.copyOf(bases));
        }

        static Touched byIds(Inbound.Write write) {
            UUID space = write.request().space();
            SpaceEntity membership = Authority.membershipOf(write.request());
            return new Touched(
                    List.of(space),
                    List.of(),
                    write.request().changes().stream()
                            .map(change -> new SpaceChange(space, change.changeId()))
                            .distinct()
                            .toList(),
                    membership == null ? List.of() : List.of(membership),
                    List.of(),
                    List.of());
        }
    }

    static <T, K, V> Map<K, V> index(List<T> items, Function<T, K> key, Function<T, V> value) {
        return items.stream()
                .collect(Collectors.toMap(key, value, (first, again) -> first, HashMap::new));
    }
}
