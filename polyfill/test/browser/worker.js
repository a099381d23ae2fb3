// All three kinds of workers: runs the suite when a message asks for it, and answers through its port.
importScripts('/scope.js', '/eventsource.js', '/other.js', '/harness.js', '/suite.js');
const answer = ({ ports: [port] }) => run().then((results) => port.postMessage(results));
self.onmessage = answer;
self.onconnect = ({ ports: [port] }) => (port.onmessage = answer);
