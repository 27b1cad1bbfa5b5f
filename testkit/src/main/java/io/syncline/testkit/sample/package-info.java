/**
 * Sample databases that somebody else published. Their SQL lies in jars that the build takes from Maven Central for the tests alone; none of it
 * is part of this project or its distribution. Books is from SchemaCrawler (EPL-2.0, LGPL-3.0 or GPL-3.0), Chinook (MIT) and Foodmart
 * (Apache-2.0) come in the form that HSQLDB stores, which is translated while it is loaded.
 */
@NullMarked
package io.syncline.testkit.sample;

import org.jspecify.annotations.NullMarked;
