/*
 * Real numbers as text, the same in every locale.
 */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H

/* Room that a number needs. Each function writes into `to`, and returns it. */
#define NUMBER_ROOM 40

/* Fifteen digits are all that a double holds for certain, so 0.1 stays 0.1; seventeen read back as
 * the same double. */
#define NUMBER_DIGITS 15
#define NUMBER_EXACT  17

/* As few digits as it takes to read the same double back, from NUMBER_DIGITS to `most`; "" for what
 * is not finite. */
const char *number_real(char to[NUMBER_ROOM], double value, int most);

/* With so many digits after the point; "-" for what is not a number. */
const char *number_fixed(char to[NUMBER_ROOM], double value, int digits);

/* Seconds with so many digits, three or four, in the unit that leaves up to three of them before
 * the point: 870 ns, 12.34 us, 4.567 ms, 75.31 s. What is not finite is as number_fixed says. */
const char *number_seconds(char to[NUMBER_ROOM], double seconds, int digits);

#endif
