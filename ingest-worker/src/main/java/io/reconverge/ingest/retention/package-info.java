/// Removes what is past its time, in small steps.
@NullMarked
package io.reconverge.ingest.retention;

import org.jspecify.annotations.NullMarked;
