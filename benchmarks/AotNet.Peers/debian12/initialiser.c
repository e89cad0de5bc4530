/* libstdc++ 13 moved the initialisation of its streams into this function. Older ones initialise them by themselves, so
   here it has nothing to do. */
void ios_base_library_init(void) __asm__("_ZSt21ios_base_library_initv");

void ios_base_library_init(void)
{
}
