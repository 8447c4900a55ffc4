/// Which entity types there are: the same for whoever takes writes and whoever decides them.
@NullMarked
package io.reconverge.service.entities;

import org.jspecify.annotations.NullMarked;
