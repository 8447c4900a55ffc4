package io.reconverge.client.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LatestTest {

    private final Latest<String> latest = new Latest<>("one", Runnable::run);
    private final Listener listener = new Listener();

    private static class Listener implements Flow.Subscriber<String> {
        final List<String> heard = new ArrayList<>();
        Flow.@Nullable Subscription subscription;
        @Nullable Throwable error;
        boolean completed;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public void onNext(String item) {
            heard.add(item);
        }

        @Override
        public void onError(Throwable throwable) {
            error = throwable;
        }

        @Override
        public void onComplete() {
            completed = true;
        }

        void request(long n) {
            if (subscription == null) {
                throw new AssertionError("not subscribed");
            }
            subscription.request(n);
        }

        void cancel() {
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }

    @Test
    void the_present_value_comes_when_it_is_asked_for_and_then_each_new_one() {
        latest.subscribe(listener);
        assertThat(listener.heard).isEmpty();
        listener.request(Long.MAX_VALUE);
        listener.request(Long.MAX_VALUE);
        latest.set("two");
        latest.set("two");
        latest.set("three");
        assertThat(listener.heard).containsExactly("one", "two", "three");
        assertThat(latest.value()).isEqualTo("three");
    }

    @Test
    void one_that_is_slow_gets_the_newest() {
        latest.subscribe(listener);
        listener.request(1);
        latest.set("two");
        latest.set("three");
        assertThat(listener.heard).containsExactly("one");
        listener.request(2);
        assertThat(listener.heard).containsExactly("one", "three");
        latest.set("four");
        latest.set("five");
        assertThat(listener.heard).containsExactly("one", "three", "four");
    }

    @Test
    void one_that_cancelled_hears_nothing_more() {
        latest.subscribe(listener);
        listener.request(5);
        listener.cancel();
        listener.request(5);
        listener.request(-1);
        latest.set("two");
        latest.close();
        assertThat(listener.heard).containsExactly("one");
        assertThat(listener.completed).isFalse();
        assertThat(listener.error).isNull();
    }

    @Test
    void asking_for_nothing_is_an_error() {
        latest.subscribe(listener);
        listener.request(0);
        assertThat(listener.error).isInstanceOf(IllegalArgumentException.class);
        latest.set("two");
        latest.close();
        assertThat(listener.heard).isEmpty();
        assertThat(listener.completed).isFalse();
    }

    @Test
    void what_is_closed_completes_after_its_last_value_for_those_to_come_as_well() {
        latest.subscribe(listener);
        listener.request(1);
        latest.set("two");
        latest.close();
        assertThat(listener.heard).containsExactly("one");
        assertThat(listener.completed).isTrue();

        Listener late =
                new Listener() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        super.onSubscribe(subscription);
                        subscription.request(1);
                    }
                };
        latest.subscribe(late);
        assertThat(late.heard).containsExactly("two");
        assertThat(late.completed).isTrue();
    }

    @Test
    void one_that_throws_is_told_no_more_and_the_others_are() {
        latest.subscribe(
                new Listener() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(9);
                    }

                    @Override
                    public void onNext(String item) {
                        super.onNext(item);
                        throw new IllegalStateException("meant to");
                    }
                });
        latest.subscribe(listener);
        listener.request(9);
        latest.set("two");
        assertThat(listener.heard).containsExactly("one", "two");
    }

    @Test
    void a_subscriber_is_not_called_while_it_is_called() {
        Listener greedy =
                new Listener() {
                    private boolean calling;

                    @Override
                    public void onNext(String item) {
                        assertThat(calling).isFalse();
                        calling = true;
                        super.onNext(item);
                        if (heard.size() < 1_000) {
                            latest.set("n" + heard.size());
                            request(1);
                        }
                        calling = false;
                    }
                };
        latest.subscribe(greedy);
        greedy.request(1);
        assertThat(greedy.heard).hasSize(1_000);
    }

    @Test
    @SuppressWarnings("NullAway")
    void nobody_cannot_subscribe() {
        assertThatNullPointerException().isThrownBy(() -> latest.subscribe(null));
    }

    @Test
    void calls_come_one_at_a_time_and_the_last_value_comes_whatever_the_threads() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Latest<Integer> numbers = new Latest<>(0, threads);
            ConcurrentLinkedQueue<Integer> heard = new ConcurrentLinkedQueue<>();
            AtomicInteger calling = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            CountDownLatch done = new CountDownLatch(1);
            numbers.subscribe(
                    new Flow.Subscriber<>() {
                        private Flow.@Nullable Subscription subscription;

                        @Override
                        public void onSubscribe(Flow.Subscription subscription) {
                            this.subscription = subscription;
                            subscription.request(1);
                        }

                        @Override
                        public void onNext(Integer item) {
                            most.accumulateAndGet(calling.incrementAndGet(), Math::max);
                            heard.add(item);
                            if (subscription != null) {
                                subscription.request(1);
                            }
                            calling.decrementAndGet();
                        }

                        @Override
                        public void onError(Throwable throwable) {}

                        @Override
                        public void onComplete() {
                            done.countDown();
                        }
                    });
            for (int i = 1; i <= 20_000; i++) {
                numbers.set(i);
            }
            numbers.close();
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(most).hasValue(1);
            assertThat(List.copyOf(heard))
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .last()
                    .isEqualTo(20_000);
        }
    }
}
