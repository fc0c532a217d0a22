from cameras.streams.rtsp import read_rtsp as read_http
