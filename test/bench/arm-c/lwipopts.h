/** lwIP as a chip's client has it: no operating system, no threads, pools of its own. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_IPV4 1
#define LWIP_ALTCP 1
#define LWIP_STATS 0
/* The TCP is the bridge's: of lwIP's own parts only the MQTT client, pbufs and memory are linked. */
#define LWIP_UDP 0
#define LWIP_RAW 0
#define LWIP_ICMP 0
#define LWIP_ARP 0
#define IP_REASSEMBLY 0
#define LWIP_DNS 0
#define LWIP_TIMERS 1
#define MEMP_NUM_TCP_PCB 1
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define MEMP_NUM_TCP_SEG 1
#define MEMP_NUM_ALTCP_PCB 1
#define MEMP_NUM_PBUF 1
#define PBUF_POOL_SIZE 1
#define TCP_MSS 536
#define TCP_SND_BUF 1072
#define TCP_SND_QUEUELEN 1
#define TCP_QUEUE_OOSEQ 0
#define MEM_ALIGNMENT 4
/* The client, and a message that has arrived. */
#define MEM_SIZE 2560
#define LWIP_DEBUG 0
#define LWIP_NOASSERT 1

#endif
