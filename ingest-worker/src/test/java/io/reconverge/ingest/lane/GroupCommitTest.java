package io.reconverge.ingest.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Parts are numbers, and come to ten times as much.
class GroupCommitTest {

    private static final long SEED = 20_261_122;

    private final List<List<Integer>> committed = new CopyOnWriteArrayList<>();
    private final Semaphore mayGoOn = new Semaphore(0);
    private final AtomicInteger closed = new AtomicInteger();

    private final class Held implements GroupCommit.Work<Integer, Integer> {
        @Override
        public List<Integer> commit(List<Integer> parts) {
            committed.add(parts);
            mayGoOn.acquireUninterruptibly();
            if (parts.contains(13)) {
                throw new IllegalArgumentException("13");
            }
            return parts.stream().map(part -> 10 * part).toList();
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private final GroupCommit<Integer, Integer> group =
            new GroupCommit<>(1, part -> part == 0 ? 0.6 : 0.1, Held::new);

    @Test
    void what_comes_while_another_commits_goes_together_in_the_order_of_coming() {
        var first = start(() -> group.commit(1));
        await().until(() -> committed.size() == 1);
        List<CompletableFuture<Integer>> others = new ArrayList<>();
        for (int part = 2; part < 6; part++) {
            others.add(waiting(part));
        }
        mayGoOn.release(2);

        assertThat(first.join()).isEqualTo(10);
        assertThat(others.stream().map(CompletableFuture::join)).containsExactly(20, 30, 40, 50);
        assertThat(committed).containsExactly(List.of(1), List.of(2, 3, 4, 5));
    }

    @Test
    void a_transaction_takes_no_more_than_it_may_hold() {
        start(() -> group.commit(1));
        await().until(() -> committed.size() == 1);
        var large = waiting(0);
        var second = waiting(0);
        var small = waiting(2);
        mayGoOn.release(3);
        CompletableFuture.allOf(large, second, small).join();

        assertThat(committed).containsExactly(List.of(1), List.of(0), List.of(0, 2));
    }

    @Test
    void who_fails_alone_is_told_why_and_who_fails_among_others_to_try_alone() {
        mayGoOn.release();
        assertThatThrownBy(() -> group.commit(13)).isInstanceOf(IllegalArgumentException.class);

        start(() -> group.commit(1));
        await().until(() -> committed.size() == 2);
        var bad = waiting(13);
        var good = waiting(2);
        mayGoOn.release(2);
        for (var each : List.of(bad, good)) {
            assertThatThrownBy(each::join)
                    .hasCauseInstanceOf(GroupCommit.AmongOthersException.class)
                    .hasRootCauseInstanceOf(IllegalArgumentException.class);
        }

        mayGoOn.release();
        assertThat(start(() -> group.commit(2)).join()).isEqualTo(20);
    }

    @Test
    void who_gives_up_waiting_takes_no_session_along() throws Exception {
        start(() -> group.commit(1));
        await().until(() -> committed.size() == 1);
        Thread leaving =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                group.commit(2);
                            } catch (InterruptedException stop) {
                                Thread.currentThread().interrupt();
                            }
                        });
        await().until(() -> leaving.getState() == Thread.State.WAITING);
        var staying = waiting(3);
        leaving.interrupt();
        leaving.join();
        mayGoOn.release(2);

        assertThat(staying.join()).isEqualTo(30);
        assertThat(committed).containsExactly(List.of(1), List.of(3));
        group.close();
        assertThat(closed).hasValue(1);
    }

    @Test
    void whoever_comes_and_goes_each_part_is_committed_once_and_all_sessions_come_back()
            throws Exception {
        var busy = new AtomicInteger();
        var most = new AtomicInteger();
        var sum = new AtomicInteger();
        try (var many =
                new GroupCommit<Integer, Integer>(
                        3,
                        part -> 0.2,
                        () ->
                                new GroupCommit.Work<>() {
                                    @Override
                                    public List<Integer> commit(List<Integer> parts) {
                                        most.accumulateAndGet(busy.incrementAndGet(), Math::max);
                                        parts.forEach(sum::addAndGet);
                                        Thread.yield();
                                        busy.decrementAndGet();
                                        return parts;
                                    }

                                    @Override
                                    public void close() {
                                        closed.incrementAndGet();
                                    }
                                })) {
            SplittableRandom random = new SplittableRandom(SEED);
            var certain = new AtomicInteger();
            var perhaps = new AtomicInteger();
            List<Thread> lanes = new ArrayList<>();
            for (int lane = 0; lane < 8; lane++) {
                SplittableRandom own = random.split();
                lanes.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    for (int i = 0; i < 2_000; i++) {
                                        int part = own.nextInt(100);
                                        if (own.nextInt(20) == 0) {
                                            Thread.currentThread().interrupt();
                                        }
                                        try {
                                            certain.addAndGet(many.commit(part));
                                        } catch (InterruptedException gone) {
                                            // it may have been in somebody's transaction
                                            perhaps.addAndGet(part);
                                        }
                                        Thread.interrupted();
                                    }
                                }));
            }
            for (Thread lane : lanes) {
                lane.join();
            }
            assertThat(most).hasValueLessThanOrEqualTo(3);
            assertThat(sum.get()).isBetween(certain.get(), certain.get() + perhaps.get());
        }
        assertThat(closed).hasValue(3);
    }

    /// Comes while the session is busy, and waits for certain.
    private CompletableFuture<Integer> waiting(int part) {
        Thread[] thread = new Thread[1];
        var result =
                start(() -> {
                    thread[0] = Thread.currentThread();
                    return group.commit(part);
                });
        await().until(() -> thread[0] != null && thread[0].getState() == Thread.State.WAITING);
        return result;
    }

    private static CompletableFuture<Integer> start(Callable<Integer> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.call();
                    } catch (RuntimeException failure) {
                        throw failure;
                    } catch (Exception failure) {
                        throw new CompletionException(failure);
                    }
                },
                task -> Thread.ofPlatform().start(task));
    }
}
