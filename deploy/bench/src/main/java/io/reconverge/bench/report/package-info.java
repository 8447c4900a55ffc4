/// What a run found, as a table, as JSON and as a page.
@NullMarked
package io.reconverge.bench.report;

import org.jspecify.annotations.NullMarked;
