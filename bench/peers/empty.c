/*
 * A program that does nothing: what it takes to run it is what it takes to run a program.
 */
int main(void)
{
	return 0;
}
