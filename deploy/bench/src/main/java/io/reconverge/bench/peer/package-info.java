/// What else an app could sync with, each set up as its own documentation advises.
@NullMarked
package io.reconverge.bench.peer;

import org.jspecify.annotations.NullMarked;
