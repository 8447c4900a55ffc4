/// When the client talks to the server: SPEC.md as a pure function.
@NullMarked
package io.reconverge.client.sync;

import org.jspecify.annotations.NullMarked;
