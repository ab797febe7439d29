/* What the C of emit_c.c is written in: a source of any number, and lengths. */
volatile long any;

static long between(long low, long high)
{
	long x = any;

	return x < low ? low : x > high ? high : x;
}

/* The length of a number in decimal. */
static long decimal(long x)
{
	long n = 1, limit = 10;

	if (x < 0) {
		if (x < -999999999999999999L)
			return between(20, 20);
		n++;
		x = -x;
	}
	/*@ loop unroll 20; */
	while (n < 20 && limit <= x && limit < 1000000000000000000L) {
		limit *= 10;
		n++;
	}
	if (x >= 1000000000000000000L)
		n = between(n, 20);
	return n;
}

/* Of texts only the lengths are known. */
static long compare(long a, long b)
{
	if (a == 0 && b == 0)
		return 0;
	if (a != b)
		return any ? 1 : -1;
	return between(-1, 1);
}

static long part(long length, long start, long n)
{
	if (start < 0 || n < 0 || start >= length)
		return 0;
	return n < length - start ? n : length - start;
}
