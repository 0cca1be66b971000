"""`sender.py PORT FOLDER NAME QUOTA`: Paho as a sender of the numbers up to QUOTA, with QoS 1 and a session that the broker
keeps. It keeps no messages over its own end. At most 64 are under way."""

import os
import sys
import threading
import time

import paho.mqtt.client as mqtt

port, folder, name, quota = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
sent_path = os.path.join(folder, name + ".list")
given = os.path.getsize(sent_path) // 8 if os.path.exists(sent_path) else 0
sent = open(sent_path, "ab", buffering=0)
acknowledged = open(os.path.join(folder, name + ".acked"), "ab", buffering=0)
lock = threading.Lock()
numbers = {}
early = set()


def on_publish(_client, _userdata, mid):
    with lock:
        number = numbers.pop(mid, None)
        if number is None:
            early.add(mid)
        else:
            acknowledged.write(b"%07d\n" % number)


client = mqtt.Client(client_id=name, clean_session=False)
client.on_publish = on_publish
client.reconnect_delay_set(1, 1)
client.connect_async("127.0.0.1", port, keepalive=4)
client.loop_start()
while True:
    time.sleep(0.01)
    if len(numbers) >= 64 or given >= quota:
        continue
    given += 1
    sent.write(b"%07d\n" % given)
    info = client.publish("peers/" + name, str(given), qos=1)
    with lock:
        if info.mid in early:
            early.remove(info.mid)
            acknowledged.write(b"%07d\n" % given)
        else:
            numbers[info.mid] = given
