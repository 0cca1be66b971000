/* The page buffer of NVMCTRL takes a word that the core wrote to flash. */
void nvm_load(unsigned address, unsigned word);
