package io.reconverge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class MergePatchTest {

    /// RFC 7396, appendix A, where original and patch are objects; then some more.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':'b'}               | {'a':'c'}                       | {'a':'c'}",
                "{'a':'b'}               | {'b':'c'}                       | {'a':'b','b':'c'}",
                "{'a':'b'}               | {'a':null}                      | {}",
                "{'a':'b','b':'c'}       | {'a':null}                      | {'b':'c'}",
                "{'a':['b']}             | {'a':'c'}                       | {'a':'c'}",
                "{'a':'c'}               | {'a':['b']}                     | {'a':['b']}",
                "{'a':{'b':'c'}}         | {'a':{'b':'d','c':null}}        | {'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]}       | {'a':[1]}                       | {'a':[1]}",
                "{'e':null}              | {'a':1}                         | {'e':null,'a':1}",
                "{}                      | {'a':{'bb':{'ccc':null}}}       | {'a':{'bb':{}}}",
                "{'a':'b'}               | {}                              | {'a':'b'}",
                "{'a':1}                 | {'a':{'b':{'c':null,'d':2}}}    | {'a':{'b':{'d':2}}}",
                "{'a':{'b':1}}           | {'a':[{'c':null}]}              | {'a':[{'c':null}]}"
            })
    void a_patch_gives_what_the_rfc_says(String original, String patch, String result) {
        ObjectNode tree = json(original);

        assertThat(MergePatch.apply(tree, json(patch))).isEqualTo(json(result));
        assertThat(tree).as("left as it was").isEqualTo(json(original));
    }

    private static ObjectNode json(String singleQuoted) {
        return WireJson.MAPPER.readValue(singleQuoted.replace('\'', '"'), ObjectNode.class);
    }
}
