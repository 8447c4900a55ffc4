package io.reconverge.ingest.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TurnsTest {

    @Test
    void no_more_than_so_many_work_at_once_and_the_others_follow_in_order() throws Exception {
        Turns turns = new Turns(2);
        Turns.Turn first = turns.take();
        Turns.Turn second = turns.take();
        List<Integer> came = new CopyOnWriteArrayList<>();
        List<Thread> others = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            Thread other =
                    Thread.ofPlatform()
                            .start(() -> {
                                try (Turns.Turn _ = turns.take()) {
                                    came.add(number);
                                } catch (InterruptedException stop) {
                                    came.add(-1);
                                }
                            });
            others.add(other);
            await().until(() -> other.getState() == Thread.State.WAITING);
        }
        assertThat(came).isEmpty();

        first.close();
        for (Thread other : others) {
            other.join();
        }
        assertThat(came).containsExactly(0, 1, 2, 3, 4);
        second.close();
    }

    @Test
    void a_turn_that_is_given_up_twice_is_one_turn() throws Exception {
        Turns turns = new Turns(1);
        Turns.Turn turn = turns.take();
        turn.close();
        turn.close();

        Turns.Turn next = turns.take();
        Thread other =
                Thread.ofPlatform()
                        .start(() -> {
                            try (Turns.Turn _ = turns.take()) {
                                Thread.yield();
                            } catch (InterruptedException stop) {
                                Thread.currentThread().interrupt();
                            }
                        });
        await().until(() -> other.getState() == Thread.State.WAITING);
        next.close();
        other.join();
    }
}
