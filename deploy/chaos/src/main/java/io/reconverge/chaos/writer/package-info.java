/// Writers that speak HTTP themselves, and note each word that the server gives them.
@NullMarked
package io.reconverge.chaos.writer;

import org.jspecify.annotations.NullMarked;
