package io.reconverge.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class SyncRequestReaderTest {

    private static final long RECEIVED_AT = 1_767_200_000_000L;
    private static final UUID CHANGE_ID = UUID.fromString("0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e");

    @Test
    void a_request_is_read_with_all_that_it_may_hold() {
        SyncRequest request =
                read(
                        """
                        {"deviceId":"phone-1","changes":[
                          {"changeId":"%s","type":"note","id":"n/1 😀\\n","op":"put",
                           "data":{"title":"Tide","depth":1.50},"baseVersion":12,
                           "modifiedAt":1767199999999,"onConflict":"merge"},
                          {"changeId":"0198C7A2-0D4E-7C3A-9B1F-3F5A1C2B4D6F","type":"note","id":"n-2",
                           "op":"delete"}],
                         "atomic":true,"cursor":"AQ","limit":20}
                        """
                                .formatted(CHANGE_ID));

        assertThat(request.deviceId()).isEqualTo("phone-1");
        assertThat(request.atomic()).isTrue();
        assertThat(request.pull()).isEqualTo(new SyncRequest.Pull("AQ", 20));
        assertThat(request.changes())
                .containsExactly(
                        new Change(
                                CHANGE_ID,
                                "note",
                                "n/1 😀\n",
                                Op.PUT,
                                JsonObject.ofText("{\"title\":\"Tide\",\"depth\":1.50}"),
                                12L,
                                1_767_199_999_999L,
                                OnConflict.MERGE),
                        new Change(
                                UUID.fromString("0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6f"),
                                "note",
                                "n-2",
                                Op.DELETE,
                                null,
                                null,
                                RECEIVED_AT,
                                null));
    }

    @Test
    void what_is_not_said_is_defaulted() {
        SyncRequest request = read("{\"deviceId\":\"d\",\"changes\":[]}");

        assertThat(request).isEqualTo(new SyncRequest("d", List.of(), false, null));
        assertThat(read("{\"deviceId\":\"d\",\"changes\":[],\"cursor\":null}").pull())
                .isEqualTo(new SyncRequest.Pull(null, SyncRequest.LIMIT_DEFAULT));
    }

    @Test
    void an_optional_member_may_be_null_and_an_integer_be_written_with_a_point() {
        assertThat(
                        read(
                                """
                                {"deviceId":"d","atomic":null,"limit":null,"changes":[
                                  {"changeId":"%s","type":"t","id":"i","op":"delete","data":null,
                                   "baseVersion":12.0,"modifiedAt":null,"onConflict":null}]}
                                """
                                        .formatted(CHANGE_ID)))
                .isEqualTo(
                        new SyncRequest(
                                "d",
                                List.of(
                                        new Change(
                                                CHANGE_ID,
                                                "t",
                                                "i",
                                                Op.DELETE,
                                                null,
                                                12L,
                                                RECEIVED_AT,
                                                null)),
                                false,
                                null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                                                 | ``         | must be an object",
                "null                                               | ``         | must be an object",
                "{'changes':[]}                                     | ``         | deviceId is required",
                "{'deviceId':'d'}                                   | ``         | changes is required",
                "{'deviceId':null,'changes':[]}                     | /deviceId  | must be a string",
                "{'deviceId':'','changes':[]}                       | /deviceId  | 1 to 128 characters",
                "{'deviceId':7,'changes':[]}                        | /deviceId  | must be a string",
                "{'deviceId':'d','changes':null}                    | /changes   | must be an array",
                "{'deviceId':'d','changes':{}}                      | /changes   | must be an array",
                "{'deviceId':'d','changes':[7]}                     | /changes/0 | must be an object",
                "{'deviceId':'d','changes':[],'atomic':'true'}      | /atomic    | must be true or false",
                "{'deviceId':'d','changes':[],'cursor':7}           | /cursor    | must be a string, or null",
                "{'deviceId':'d','changes':[],'limit':5}            | /limit     | say from where with cursor",
                "{'deviceId':'d','changes':[],'cursor':'','limit':0}    | /limit | from 1 to 5000",
                "{'deviceId':'d','changes':[],'cursor':'','limit':5001} | /limit | from 1 to 5000",
                "{'deviceId':'d','changes':[],'cursor':'','limit':1.5}  | /limit | must be an integer",
                "{'deviceId':'d','changes':[],'device':'x'}         | /device    | is not a member",
                "{'deviceId':'d','changes':[],'a/b':1}              | /a~1b      | is not a member",
            })
    void a_fault_of_the_envelope_is_pointed_at(String body, String pointer, String message) {
        Violation violation = onlyViolationOf(body.replace('\'', '"'));

        assertThat(violation.pointer()).isEqualTo(pointer);
        assertThat(violation.message()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "changeId    | absent                                   | ``          | changeId is required",
                "changeId    | null                                     | /changeId   | must be a UUID",
                "changeId    | '1-1-1-1-1'                              | /changeId   | must be a UUID",
                "changeId    | '0198c7a20d4e7c3a9b1f3f5a1c2b4d6e'       | /changeId   | must be a UUID",
                "changeId    | '{0198c7a2-0d4e-7c3a-9b1f-3f5a1c2b4d6e}' | /changeId   | must be a UUID",
                "type        | absent                                   | ``          | type is required",
                "type        | 'Note'                                   | /type       | must match",
                "type        | ''                                       | /type       | must match",
                "type        | 'a\\n'                                   | /type       | must match",
                "type        | 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' | /type | must match",
                "id          | absent                                   | ``          | id is required",
                "id          | ''                                       | /id         | 1 to 256 characters",
                "id          | 12                                       | /id         | must be a string",
                "op          | absent                                   | ``          | op is required",
                "op          | 'PUT'                                    | /op         | one of put, patch, delete",
                "op          | 'upsert'                                 | /op         | one of put, patch, delete",
                "op          | null                                     | /op         | one of put, patch, delete",
                "op          | 'delete'                                 | /data       | must be absent",
                "data        | absent                                   | ``          | data is required",
                "data        | null                                     | /data       | must be an object",
                "data        | []                                       | /data       | must be an object",
                "data        | '{}'                                     | /data       | must be an object",
                "baseVersion | -1                                       | /baseVersion | from 0 to 9007199254740991",
                "baseVersion | 9007199254740992                         | /baseVersion | from 0 to",
                "baseVersion | 1e131071                                 | /baseVersion | from 0 to",
                "baseVersion | 0.5                                      | /baseVersion | must be an integer",
                "baseVersion | '12'                                     | /baseVersion | must be an integer",
                "modifiedAt  | -1                                       | /modifiedAt | from 0 to",
                "modifiedAt  | '2026-01-01T00:00:00Z'                   | /modifiedAt | must be an integer",
                "modifiedAt  | 18446744073709551616                     | /modifiedAt | must be an integer",
                "onConflict  | 'newest'                                 | /onConflict | one of reject, lww, merge",
                "onConflict  | true                                     | /onConflict | one of reject, lww, merge",
                "version     | 3                                        | /version    | is not a member",
            })
    void a_fault_of_a_change_is_pointed_at(
            String member, String value, String pointer, String message) {
        String change =
                """
                {"changeId":"%s","type":"note","id":"n","op":"put","data":{}}\
                """
                        .formatted(CHANGE_ID);
        String json = value.replace('\'', '"');
        ObjectNode tree = (ObjectNode) WireJson.MAPPER.readTree(change);
        if (value.equals("absent")) {
            tree.remove(member);
        } else {
            tree.set(member, WireJson.MAPPER.readTree(json));
        }
        String other = change.replace("4d6e", "4d6f");

        Violation violation =
                onlyViolationOf(
                        "{\"deviceId\":\"d\",\"changes\":["
                                + other
                                + ","
                                + WireJson.MAPPER.writeValueAsString(tree)
                                + "]}");

        assertThat(violation.pointer()).isEqualTo("/changes/1" + pointer);
        assertThat(violation.message()).contains(message);
    }

    @Test
    void every_fault_is_told_at_once() {
        List<Violation> violations =
                violationsOf(
                        """
                        {"deviceId":"","changes":[
                          {"changeId":"x","type":"N","id":"","op":"no","data":7,"baseVersion":-1,
                           "extra":"\\u0000"},
                          {"changeId":"%s","type":"n","id":"i","op":"put","data":{"a":1,"a":2}}]}
                        """
                                .formatted(CHANGE_ID));

        assertThat(violations.stream().map(Violation::pointer))
                .containsExactlyInAnyOrder(
                        "/deviceId",
                        "/changes/0/changeId",
                        "/changes/0/type",
                        "/changes/0/id",
                        "/changes/0/op",
                        "/changes/0/baseVersion",
                        "/changes/0/extra",
                        "/changes/0/extra",
                        "/changes/1/data/a");
    }

    @Test
    void a_change_id_stands_once_in_a_request() {
        String change = "{\"changeId\":\"%s\",\"type\":\"n\",\"id\":\"i\",\"op\":\"delete\"}";
        String id = CHANGE_ID.toString();

        Violation violation =
                onlyViolationOf(
                        "{\"deviceId\":\"d\",\"changes\":[%s,%s]}"
                                .formatted(
                                        change.formatted(id),
                                        change.formatted(id.toUpperCase(Locale.ROOT))));

        assertThat(violation)
                .isEqualTo(
                        new Violation(
                                "/changes/1/changeId",
                                "is also that of /changes/0: each change has its own"));
    }

    @Test
    void there_are_at_most_five_thousand_changes() {
        assertThat(read(requestOf(5_000)).changes()).hasSize(5_000);
        assertThat(onlyViolationOf(requestOf(5_001)))
                .isEqualTo(new Violation("/changes", "has 5001 changes; at most 5000 are allowed"));
    }

    @Test
    void at_most_a_hundred_faults_are_told() {
        assertThat(violationsOf(requestOf(5_000).replace("delete", "remove"))).hasSize(100);
    }

    @Test
    void lengths_are_counted_in_characters() {
        String device = "😀".repeat(128);
        assertThat(read("{\"deviceId\":\"" + device + "\",\"changes\":[]}").deviceId())
                .isEqualTo(device);
        onlyViolationOf("{\"deviceId\":\"" + device + "x\",\"changes\":[]}");
        onlyViolationOf("{\"deviceId\":\"" + "x".repeat(10_000) + "\",\"changes\":[]}");
    }

    @Test
    void data_is_limited_in_size_and_depth() {
        String put =
                "{\"deviceId\":\"d\",\"changes\":[{\"changeId\":\"%s\",\"type\":\"n\",\"id\":\"i\",\"op\":\"put\",\"data\":%s}]}";
        String deepest = "{\"a\":".repeat(63) + "[]" + "}".repeat(63);
        assertThat(read(put.formatted(CHANGE_ID, deepest)).changes()).hasSize(1);
        assertThat(onlyViolationOf(put.formatted(CHANGE_ID, "{\"a\":" + deepest + "}")).pointer())
                .isEqualTo("/changes/0/data" + "/a".repeat(64));
        assertThat(
                        onlyViolationOf(
                                put.formatted(
                                        CHANGE_ID, "{\"a\":\"" + "é".repeat(131_069) + "\"}")))
                .isEqualTo(
                        new Violation(
                                "/changes/0/data",
                                "is 262146 bytes of JSON; at most 262144 are allowed"));
    }

    private static String requestOf(int changes) {
        return IntStream.range(0, changes)
                .mapToObj(i ->
                        "{\"changeId\":\"%s\",\"type\":\"n\",\"id\":\"i\",\"op\":\"delete\"}"
                                .formatted(new UUID(0, i)))
                .collect(Collectors.joining(",", "{\"deviceId\":\"d\",\"changes\":[", "]}"));
    }

    private static SyncRequest read(String body) {
        return SyncRequestReader.read(body.getBytes(StandardCharsets.UTF_8), RECEIVED_AT);
    }

    private static Violation onlyViolationOf(String body) {
        List<Violation> violations = violationsOf(body);
        assertThat(violations).hasSize(1);
        return violations.getFirst();
    }

    private static List<Violation> violationsOf(String body) {
        InvalidDocument refused = catchThrowableOfType(InvalidDocument.class, () -> read(body));
        assertThat(refused).isNotNull();
        return refused.violations();
    }
}
