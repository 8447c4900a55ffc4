/// An open-loop HTTP load, whose latencies count from the moment a request was meant to be sent.
@NullMarked
package io.reconverge.bench.load;

import org.jspecify.annotations.NullMarked;
