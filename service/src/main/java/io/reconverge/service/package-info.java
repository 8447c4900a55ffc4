/// What every service has in common.
@NullMarked
package io.reconverge.service;

import org.jspecify.annotations.NullMarked;
