@NullMarked
package io.reconverge.client.cli;

import org.jspecify.annotations.NullMarked;
