/** What Mosquitto is told. */
export interface MosquittoSettings {
	/** The absolute path of a file of the folder. */
	readonly pathOf: (name: string) => string;
	/** The address to listen on; left out: all of them. */
	readonly address?: string | undefined;
	readonly port: number;
	/** Who owns the files: as whom a Mosquitto goes on that root has started. */
	readonly owner: string;
}

/**
 * The configuration of a Mosquitto 2.0 that has the access table: clients are who their certificates say, whatever
 * CONNECT says. By its manual, mosquitto.conf(5), `use_identity_as_username` and `use_username_as_clientid` are
 * settings of a listener, and are not read again on SIGHUP.
 */
export const mosquittoConf = ({ pathOf, address, port, owner }: MosquittoSettings): string =>
	`# Written by nightlight provision, at each run.
#
# Start, as ${owner}:  mosquitto -c ${pathOf("mosquitto.conf")}
# After each nightlight provision, so that it reads certificates, crl.pem and acl again:  kill -HUP PID
#
# The CA's key, ca.key, is not for the broker. To run it elsewhere, copy this file, ca.pem, broker.pem, broker.key,
# crl.pem and acl, and change the paths below.

# As whom it goes on if root starts it: the owner of its files.
user ${owner}
allow_anonymous false
acl_file ${pathOf("acl")}

listener ${port}${address === undefined ? "" : ` ${address}`}
tls_version tlsv1.2
cafile ${pathOf("ca.pem")}
certfile ${pathOf("broker.pem")}
keyfile ${pathOf("broker.key")}
crlfile ${pathOf("crl.pem")}
require_certificate true
use_identity_as_username true
use_username_as_clientid true
`;
