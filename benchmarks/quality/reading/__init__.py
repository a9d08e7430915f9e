"""`tagging benchmark reading`: what is left of requests in composed mails of many programs and languages."""
