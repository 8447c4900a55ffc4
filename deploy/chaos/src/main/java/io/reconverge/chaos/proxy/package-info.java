/// A TCP proxy whose connections can be cut, delayed, half-closed and refused.
@NullMarked
package io.reconverge.chaos.proxy;

import org.jspecify.annotations.NullMarked;
