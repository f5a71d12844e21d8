-- Pages tell what was asked for about one number or site.
create index intel_list_change_value_value on intel_list_change_value (value);
