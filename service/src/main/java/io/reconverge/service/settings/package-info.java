/// What settings of all services have in common.
@NullMarked
package io.reconverge.service.settings;

import org.jspecify.annotations.NullMarked;
