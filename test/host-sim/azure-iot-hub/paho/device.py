"""A device with Paho in place of an SDK: user name, token, topics as Microsoft documents them for plain MQTT.

Sends one message of telemetry, reports a property, and ends with the first message to the device, which it prints.
Arguments: host, port, CA file, device, token.
"""
import ssl
import sys

import paho.mqtt.client as mqtt

host, port, ca, device, token = sys.argv[1:]


def on_connect(client, userdata, flags, code):
    print("connected", code, flags["session present"], flush=True)
    client.subscribe([("$iothub/twin/res/#", 0), ("devices/" + device + "/messages/devicebound/#", 1)])



def on_subscribe(client, userdata, mid, granted):
    print("granted", *granted, flush=True)
    client.publish("devices/" + device + "/messages/events/lightAlert=true", '{"light":3}', qos=1)
    client.publish("$iothub/twin/PATCH/properties/reported/?$rid=1", '{"led":true}', qos=1)


def on_message(client, userdata, message):
    print("message", message.topic.split("%24.mid")[0], message.payload.decode(), flush=True)
    if "devicebound" in message.topic:
        # Paho acknowledges behind this callback: it must not disconnect here.
        userdata.append(client.publish("devices/" + device + "/messages/events/", "bye", qos=1).mid)


def on_publish(client, userdata, mid):
    if mid in userdata:
        client.disconnect()


make = getattr(mqtt, "CallbackAPIVersion", None)
first = () if make is None else (make.VERSION1,)
client = mqtt.Client(*first, client_id=device, clean_session=False, userdata=[], protocol=mqtt.MQTTv311)
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.on_publish = on_publish
client.username_pw_set(username="localhost/" + device + "/?api-version=2021-04-12", password=token)
client.tls_set(ca_certs=ca, cert_reqs=ssl.CERT_REQUIRED, tls_version=ssl.PROTOCOL_TLS_CLIENT)
client.connect(host, int(port), keepalive=60)
client.loop_forever()
