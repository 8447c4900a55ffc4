package io.reconverge.gateway.protocol.logdate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reconverge.wire.EntityKey;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.Op;
import io.reconverge.wire.Violation;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AssociationReaderTest {

    private static final Sender SENDER = new Sender("ann", "", 9_000);

    private static byte[] utf8(String body) {
        return body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void the_same_association_twice_is_one_change() {
        AssociationReader.Batch batch =
                AssociationReader.upload(
                        utf8(
                                "{'associations':[{'journalId':'j','contentId':'a/b','createdAt':1,'deviceId':'d'},"
                                        + "{'journalId':'j','contentId':'a/b','createdAt':2,'deviceId':'d'}]}"),
                        SENDER);
        assertThat(batch.sent()).hasSize(2);
        assertThat(batch.deviceId()).isEqualTo("d");
        assertThat(batch.changes()).hasSize(1);
        assertThat(batch.changes().getFirst().key())
                .isEqualTo(new EntityKey(Logdate.ASSOCIATION, "j/a/b"));
        assertThat(batch.changes().getFirst().modifiedAt()).isEqualTo(2);
    }

    @Test
    void a_deletion_without_a_time_is_of_when_it_came() {
        AssociationReader.Batch batch =
                AssociationReader.delete(
                        utf8(
                                "{'associations':[{'journalId':'j','contentId':'a'},"
                                        + "{'journalId':'j','contentId':'b','deletedAt':5}]}"),
                        SENDER);
        assertThat(batch.changes()).allMatch(change -> change.op() == Op.DELETE);
        assertThat(batch.changes())
                .extracting(change -> change.modifiedAt())
                .containsExactly(9_000L, 5L);
        assertThat(batch.byArrival()).containsExactly(new EntityKey(Logdate.ASSOCIATION, "j/a"));
    }

    @Test
    void all_faults_are_told_with_their_places() {
        InvalidDocument invalid =
                catchThrowableOfType(
                        InvalidDocument.class,
                        () ->
                                AssociationReader.upload(
                                        utf8(
                                                "{'associations':[7,{'journalId':'a/b'},{'journalId':'j','contentId':'c','createdAt':'x'}]}"),
                                        SENDER));
        assertThat(invalid.violations())
                .extracting(Violation::pointer)
                .containsExactly(
                        "/associations/0",
                        "/associations/1/journalId",
                        "/associations/1",
                        "/associations/2/createdAt");
    }
}
