"""The shop's web server: gunicorn's processes, uvicorn's HTTP, and threads for a program that waits (decision 0025).

    python -m calla.kernel.webserver --listen HOST:PORT --workers N --threads N --patience SECONDS MODULE:FUNCTION

What a process has at hand is answered where its request was read, without a thread; everything else is called by WSGI.
"""
