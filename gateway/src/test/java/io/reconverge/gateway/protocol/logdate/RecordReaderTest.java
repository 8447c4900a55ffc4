package io.reconverge.gateway.protocol.logdate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reconverge.entities.EntitySchemas;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.Change;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordReaderTest {

    private static final EntitySchemas SCHEMAS = EntitySchemas.load(null, false);
    private static final Sender SENDER = new Sender("ann", "header-device", 9_000);

    private final RecordReader reader = new RecordReader(SCHEMAS::check);

    private RecordWrite update(String body) {
        return reader.update(Kind.CONTENT, "n-1", utf8(body), SENDER);
    }

    private static byte[] utf8(String body) {
        return body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static String data(Change change) {
        return Objects.requireNonNull(change.data()).text();
    }

    @Test
    void an_upload_replaces_what_the_protocol_knows_and_nothing_else() {
        RecordWrite upload =
                reader.upload(
                        Kind.CONTENT,
                        utf8(
                                "{'id':'n-1','type':'IMAGE','content':null,'createdAt':1,'lastUpdated':2,'x':3}"),
                        SENDER);
        Change change = upload.change();
        assertThat(change.op()).isEqualTo(Op.PATCH);
        assertThat(data(change))
                .isEqualTo(
                        "{\"type\":\"IMAGE\",\"content\":null,\"mediaUri\":null,\"durationMs\":null,\"createdAt\":1,\"lastUpdated\":2}");
        assertThat(change.modifiedAt()).isEqualTo(2);
        assertThat(change.baseVersion()).isNull();
        assertThat(upload.deviceId()).isEqualTo("header-device");
    }

    @Test
    void an_update_leaves_out_what_it_does_not_give_and_knows_what_to_create() {
        RecordWrite update =
                update("{'content':null,'mediaUri':'m','lastUpdated':5,'deviceId':'d'}");
        assertThat(data(update.change())).isEqualTo("{\"mediaUri\":\"m\",\"lastUpdated\":5}");
        assertThat(update.deviceId()).isEqualTo("d");
        Change creation = Objects.requireNonNull(update.creation());
        assertThat(creation.op()).isEqualTo(Op.PUT);
        assertThat(creation.baseVersion()).isZero();
        assertThat(data(creation))
                .contains("\"type\":\"TEXT\"", "\"content\":\"\"", "\"createdAt\":5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "'clientLastKnownServerVersion':4 | 4",
                "'clientLastKnownServerVersion':4,'syncVersion':3 | 4",
                "'versionConstraint':{'type':'known','serverVersion':7} | 7",
                "'versionConstraint':{'type':'none'},'syncVersion':3 | none",
                "'versionConstraint':null,'syncVersion':3 | 3",
                "'syncVersion':0 | none",
                "'x':1 | none"
            })
    void what_a_sender_has_seen_is_said_in_three_ways(String member, Long base) {
        Change change = update("{'lastUpdated':5," + member + "}").change();
        assertThat(change.baseVersion()).isEqualTo(base);
        assertThat(change.onConflict()).isEqualTo(base == null ? null : OnConflict.REJECT);
    }

    @Test
    void a_resend_has_the_same_change_id_and_every_other_edit_another() {
        var id = update("{'content':'a','lastUpdated':5}").change().changeId();
        assertThat(update("{'lastUpdated':5,'content':'a','later':true}").change().changeId())
                .isEqualTo(id);
        for (String other :
                new String[] {
                    "{'content':'b','lastUpdated':5}",
                    "{'content':'a','lastUpdated':6}",
                    "{'content':'a','lastUpdated':5,'deviceId':'d'}",
                    "{'content':'a','lastUpdated':5,'syncVersion':1}"
                }) {
            assertThat(update(other).change().changeId()).as(other).isNotEqualTo(id);
        }
    }

    @Test
    void a_deletion_that_says_nothing_is_never_taken_for_one_before() {
        RecordWrite one = reader.delete(Kind.JOURNALS, "j", new byte[0], SENDER);
        RecordWrite other = reader.delete(Kind.JOURNALS, "j", new byte[0], SENDER);
        assertThat(one.byArrival()).isTrue();
        assertThat(one.change().changeId()).isNotEqualTo(other.change().changeId());
        assertThat(one.change().modifiedAt()).isEqualTo(9_000);
        RecordWrite dated = reader.delete(Kind.JOURNALS, "j", utf8("{'deletedAt':3}"), SENDER);
        assertThat(dated.byArrival()).isFalse();
        assertThat(dated.change().modifiedAt()).isEqualTo(3);
    }

    @Test
    void all_faults_are_told_with_their_places() {
        InvalidDocument invalid =
                catchThrowableOfType(
                        InvalidDocument.class,
                        () ->
                                reader.upload(
                                        Kind.CONTENT,
                                        utf8(
                                                "{'type':'X','mediaUri':5,'lastUpdated':'now','deviceId':''}"),
                                        SENDER));
        assertThat(invalid.violations().stream().map(Violation::pointer))
                .contains("", "/type", "/mediaUri", "/lastUpdated", "/deviceId");
        assertThat(invalid.violations().stream().map(Violation::message))
                .contains("id is required", "createdAt is required");
    }

    @Test
    void a_body_that_names_another_user_is_refused() {
        assertThat(update("{'lastUpdated':5,'userId':'ann'}").change().id()).isEqualTo("n-1");
        assertThatThrownBy(() -> update("{'lastUpdated':5,'userId':'bob'}"))
                .isInstanceOf(ProblemException.class);
    }
}
