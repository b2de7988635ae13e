// The script of the document's page sse-node.html, in a file of its own and with a relative URL.

const source = new EventSource('../demo/node-events');
source.onmessage = (e) => {
  const content = document.createElement('div');
  content.textContent = e.data;
  document.body.append(content);
};
