@NullMarked
package io.reconverge.client.http;

import org.jspecify.annotations.NullMarked;
