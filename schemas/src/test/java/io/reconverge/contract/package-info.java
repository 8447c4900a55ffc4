/// Holds the contract's files to one another and to the records.
@NullMarked
package io.reconverge.contract;

import org.jspecify.annotations.NullMarked;
