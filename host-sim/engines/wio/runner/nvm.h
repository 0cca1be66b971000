#include <stdbool.h>
/* The page buffer of NVMCTRL takes a word that the core wrote to flash. */
void nvm_load(unsigned address, unsigned word);
/* Flash changes: whether the cache (CMCC) keeps the core from seeing it. */
bool cache_hides(void);
