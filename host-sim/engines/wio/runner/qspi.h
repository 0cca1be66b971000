enum { QSPI_BASE = 0x04000000, QSPI_SIZE = 0x01000000 };
unsigned qspi_memory_read(unsigned offset, int size);
void qspi_memory_write(unsigned offset, int size, unsigned value);
